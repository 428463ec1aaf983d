import Testing

@testable import CloudLambda
