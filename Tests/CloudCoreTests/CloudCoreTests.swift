import Testing

@testable import CloudCore
