enum CloudS3Placeholder {}
