import Testing

@testable import Template
