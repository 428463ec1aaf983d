/// Waits until something holds that comes about by itself, behind the back of whoever waits: in another process, or in
/// a thread that tells nobody. To look again is the only way to see it; where there is an event, wait for that.
///
/// - Throws: ``DidNotComeAbout``; what `holds` throws.
public func eventually(
    within limit: Duration = .seconds(60), _ otherwise: @autoclosure () -> String = "it did not come about",
    _ holds: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + limit
    while try await !holds() {
        guard ContinuousClock.now < end else { throw DidNotComeAbout(description: otherwise()) }
        try await Task.sleep(for: .milliseconds(5))
    }
}

/// What was waited for did not come about in time.
public struct DidNotComeAbout: Error, CustomStringConvertible {
    /// What the matter is instead.
    public let description: String
}
