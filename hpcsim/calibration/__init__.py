"""From kernel results to a machine model to how long a job takes."""
