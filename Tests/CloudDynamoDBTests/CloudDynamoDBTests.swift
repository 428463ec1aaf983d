import Testing

@testable import CloudDynamoDB
