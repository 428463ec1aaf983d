import AWSClient
import JSONValue
import LambdaRuntime
import Pictures

/// When backups are taken and how many are kept.
///
/// The environment gives the numbers; the row `backup` of the table `Settings` may change each of them, and switch the
/// schedule off (`enabled`), without a deployment: the function is asked every hour and decides for itself.
struct BackupSettings: Sendable, Hashable {
    static let subject = "backup"

    /// Hours from one backup to the next, counted from 1 January 1970: 24 are days of UTC.
    var interval: Int
    /// Backups of each table that are kept.
    var kept: Int
    /// Whether the schedule takes backups at all.
    var isEnabled = true

    private static let intervals = NumberSetting(
        variable: "BACKUP_INTERVAL_HOURS", attribute: "intervalHours", standard: 24, range: 1...8_784)
    private static let counts = NumberSetting(
        variable: "BACKUP_KEPT", attribute: "kept", standard: 3, range: 1...100)

    /// Reads the environment.
    ///
    /// - Throws: ``SettingsFault``
    init(environment: Environment) throws(SettingsFault) {
        func read(_ number: NumberSetting) throws(SettingsFault) -> Int {
            try number.read([number.variable: environment[number.variable] ?? ""])
        }
        interval = try read(Self.intervals)
        kept = try read(Self.counts)
    }

    /// These settings with what the row says otherwise.
    func changed(by row: Item, refused: (String) -> Void) -> BackupSettings {
        var settings = self
        settings.interval = Self.intervals.read(row, standing: interval, refused: refused)
        settings.kept = Self.counts.read(row, standing: kept, refused: refused)
        if let value = row["enabled"] {
            if let isEnabled = value.bool {
                settings.isEnabled = isEnabled
            } else {
                refused("the setting 'enabled' must be true or false; \(isEnabled) is taken instead")
            }
        }
        return settings
    }

    /// Which interval a moment lies in.
    func slot(of moment: Timestamp) -> Int64 {
        let length = Int64(interval) * 3_600
        let seconds = moment.seconds
        return (seconds - (seconds % length + length) % length) / length
    }

    var document: JSONValue {
        ["enabled": .bool(isEnabled), "intervalHours": JSONValue(interval), "kept": JSONValue(kept)]
    }
}
