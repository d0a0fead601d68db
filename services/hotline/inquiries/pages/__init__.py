"""Pages of inquiries: how initiators ask and follow what they asked."""
