import Testing

@testable import Schedule
