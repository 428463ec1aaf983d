import Testing

@testable import JSONValue
