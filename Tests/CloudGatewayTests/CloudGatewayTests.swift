import Testing

@testable import CloudGateway
