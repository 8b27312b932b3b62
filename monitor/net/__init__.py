"""What fetching and delivering share: which addresses may be asked, what headers say of time."""
