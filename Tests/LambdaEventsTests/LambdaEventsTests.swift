import Testing

@testable import LambdaEvents
