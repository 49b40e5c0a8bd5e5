"""The world around the cluster; siblings here do not know each other."""
