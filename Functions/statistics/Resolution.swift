import Pictures

/// How much time a row of the statistics stands for.
enum Resolution: String, Sendable, CaseIterable {
    case minute, hour, day

    /// Its length in seconds.
    var seconds: Int64 {
        switch self {
        case .minute: 60
        case .hour: 3_600
        case .day: 86_400
        }
    }

    /// Seconds that a row is kept for: a day of minutes, a month of hours, some years of days.
    var retention: Int64 {
        switch self {
        case .minute: 86_400
        case .hour: 31 * 86_400
        case .day: 5 * 366 * 86_400
        }
    }

    /// When the stretch of time began that a moment lies in.
    func start(of moment: Timestamp) -> Timestamp {
        let seconds = moment.seconds
        return Timestamp(seconds: seconds - (seconds % self.seconds + self.seconds) % self.seconds)
    }
}
