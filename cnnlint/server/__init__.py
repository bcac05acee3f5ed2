"""`cnnlint server`: what an editor shows while code is written. Needs the extra `server`."""
