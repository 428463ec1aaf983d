import AWSClient
import LambdaRuntime

/// How old things must be before the sweeper touches them, and how much it does at once.
///
/// The environment gives the numbers; the row `sweeper` of the table `Settings` may change each of them.
struct SweepSettings: Sendable, Hashable {
    static let subject = "sweeper"

    /// Seconds that an object may be without a row, or a row without its object. More than any upload takes: an upload's
    /// function ends after 29 seconds, and what it had sent on the way by then is executed soon or never.
    var grace: Int
    /// Seconds that a picture may be `queued` or `running`.
    var recognition: Int
    /// Seconds that an upload in parts may take.
    var multipart: Int
    /// Pages of a thousand that a sweep looks at of each kind. Where it stopped the next one goes on.
    var pages: Int

    private static let numbers: [(any WritableKeyPath<SweepSettings, Int> & Sendable, NumberSetting)] = [
        (
            \.grace,
            NumberSetting(
                variable: "SWEEPER_GRACE_SECONDS", attribute: "graceSeconds", standard: 900, range: 60...2_592_000)
        ),
        (
            \.recognition,
            NumberSetting(
                variable: "SWEEPER_RECOGNITION_SECONDS", attribute: "recognitionSeconds", standard: 1_800,
                range: 60...2_592_000)
        ),
        (
            \.multipart,
            NumberSetting(
                variable: "SWEEPER_MULTIPART_SECONDS", attribute: "multipartSeconds", standard: 86_400,
                range: 60...2_592_000)
        ),
        (
            \.pages,
            NumberSetting(variable: "SWEEPER_PAGES", attribute: "pages", standard: 20, range: 1...10_000)
        ),
    ]

    /// Reads the environment.
    ///
    /// - Throws: ``SettingsFault``
    init(environment: Environment) throws(SettingsFault) {
        self.init(grace: 0, recognition: 0, multipart: 0, pages: 0)
        for (path, number) in Self.numbers {
            self[keyPath: path] = try number.read([number.variable: environment[number.variable] ?? ""])
        }
    }

    private init(grace: Int, recognition: Int, multipart: Int, pages: Int) {
        (self.grace, self.recognition, self.multipart, self.pages) = (grace, recognition, multipart, pages)
    }

    /// These settings with what the row says otherwise.
    func changed(by row: Item, refused: (String) -> Void) -> SweepSettings {
        var settings = self
        for (path, number) in Self.numbers {
            settings[keyPath: path] = number.read(row, standing: self[keyPath: path], refused: refused)
        }
        return settings
    }
}
