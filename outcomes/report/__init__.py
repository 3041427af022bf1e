"""Reports: blocks, sections and the HTML page around them."""
