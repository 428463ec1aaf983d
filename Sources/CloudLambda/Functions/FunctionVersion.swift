import CloudCore

/// What a function was when it was published: configuration and code, which do not change any more.
struct PublishedVersion: Sendable {
    /// 1, 2, …; no number is used twice.
    var number: Int
    var configuration: FunctionConfiguration
    var published: Timestamp
    var revision: String
    /// Where it runs.
    var pool: EnvironmentPool
}

/// A name for a version of a function, or for two between which calls are divided.
struct FunctionAlias: Sendable, Equatable, Codable {
    var name: String
    /// `$LATEST` or a number.
    var version: String
    var description: String
    /// A second version, and its share of the calls, 0 to 1.
    var weights: [String: Double]
    var revision: String

    /// The version that a call gets.
    func version(drawing random: IdentifierSource) -> String {
        guard let (other, share) = weights.first, share > 0 else { return version }
        let drawn = random.bytes(4).reduce(0) { $0 << 8 | UInt64($1) }
        return Double(drawn) / 4_294_967_296 < share ? other : version
    }
}
