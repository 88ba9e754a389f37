VIEWSETS: list = []
