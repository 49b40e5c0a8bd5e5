"""Pages and pictures of single jobs and workflows."""
