"""The rules that come with cnnlint: one file each, found by listing this folder. They import `cnnlint.api` only."""
