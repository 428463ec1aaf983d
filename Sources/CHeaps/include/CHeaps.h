// What has to be said to the C library before a program's first thread: nothing calls this, it is only linked.
