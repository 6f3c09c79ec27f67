"""Parts of the lesson on neurons."""
