import Testing

@testable import CloudS3
