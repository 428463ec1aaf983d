/// How often log-ins may fail within a stretch of time.
public struct AttemptLimits: Sendable, Hashable {
    /// For one user from one address: stops whoever guesses a password.
    public var perUserAndAddress: Int
    /// For one user from anywhere: stops who guesses from many addresses. Higher, so that nobody can lock a person out
    /// with a few requests.
    public var perUser: Int
    /// From one address for anybody: stops who tries one password on many people.
    public var perAddress: Int
    /// The stretch in seconds.
    public var window: Int64

    /// Limits; the wider ones are ten times the narrow one unless given.
    public init(perUserAndAddress: Int = 10, perUser: Int? = nil, perAddress: Int? = nil, window: Int64 = 300) {
        self.perUserAndAddress = perUserAndAddress
        self.perUser = perUser ?? perUserAndAddress * 10
        self.perAddress = perAddress ?? perUserAndAddress * 10
        self.window = window
    }
}
