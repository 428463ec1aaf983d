import Testing

@testable import AWSSigning
