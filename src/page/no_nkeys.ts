// Stands in the page's bundle for the client library's package of keys: the page logs in by password or token, and signs nothing.
export {}
