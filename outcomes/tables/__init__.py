"""Tables: from tidy frames to rows as they are printed."""
