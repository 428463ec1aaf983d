enum CloudDynamoDBPlaceholder {}
