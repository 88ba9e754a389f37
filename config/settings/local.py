"""Secrets for a machine where nobody has set any: made once, kept beside the database."""

from pathlib import Path

from cryptography.fernet import Fernet


def kept_secret(var_dir: Path, name: str) -> str:
    """Read the secret of this name, making it on first use. Not for production."""
    path = var_dir / f"{name}.secret"
    if not path.exists():
        var_dir.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(Fernet.generate_key().decode())
    return path.read_text().strip()
