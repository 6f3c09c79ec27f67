"""What the lessons compute: small pure functions on arrays and tensors, with which a class plays."""
