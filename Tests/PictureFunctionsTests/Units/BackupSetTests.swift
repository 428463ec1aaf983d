import JSONValue
import Pictures
import Testing

@testable import AWSClient
@testable import PictureFunctions

@Suite struct BackupSetTests {
    private static let tables = ["Auth", "Info"]

    private func backup(
        _ table: String, _ name: String, at seconds: Int64, _ status: String = "AVAILABLE", _ type: String = "USER"
    ) throws -> DynamoDBBackup {
        try #require(
            DynamoDBBackup([
                "BackupArn": .string("\(table)/\(name)/\(seconds)"), "BackupName": .string(name),
                "TableName": .string(table), "BackupStatus": .string(status), "BackupType": .string(type),
                "BackupCreationDateTime": JSONValue(seconds),
            ]))
    }

    private func whole(_ day: Int) throws -> [DynamoDBBackup] {
        try Self.tables.map { try backup($0, name(day), at: Int64(day) * 86_400) }
    }

    private func name(_ day: Int) -> String { BackupSet.name(at: Timestamp(seconds: Int64(day) * 86_400)) }

    private func gone(_ backups: [DynamoDBBackup], taken: String? = nil, protected: String? = nil) -> [String] {
        BackupSet.superfluous(backups, tables: Self.tables, kept: 3, taken: taken, protected: protected).map(\.arn)
            .sorted()
    }

    @Test func namesAreMoments() {
        #expect(BackupSet.name(at: Timestamp(milliseconds: 1_769_846_400_123)) == "20260131T080000Z")
        #expect(BackupSet.isName("20260131T080000Z"))
        for name in ["20260131T080000", "20260131t080000Z", "2026-01-31T08:00Z", "nightly", "", "20260131T08000xZ"] {
            #expect(!BackupSet.isName(name))
        }
    }

    @Test func theNewestStay() throws {
        let days = try (1...5).flatMap { try whole($0) }
        #expect(
            gone(days) == [
                "Auth/\(name(1))/86400", "Auth/\(name(2))/172800", "Info/\(name(1))/86400", "Info/\(name(2))/172800",
            ])
        #expect(gone(Array(days.prefix(6))) == [])
        // What was just taken stays although its clock says that it is the oldest.
        #expect(gone(days, taken: name(1)).allSatisfy { !$0.contains(name(1)) })
        #expect(gone(days, taken: name(1)).count == 4)
        #expect(gone(days, protected: name(1)) == ["Auth/\(name(2))/172800", "Info/\(name(2))/172800"])
    }

    @Test func nothingGoesForAHalfOne() throws {
        let days = try (1...3).flatMap { try whole($0) }
        let half = try backup("Auth", name(4), at: 4 * 86_400)
        #expect(gone(days + [half]) == [])
        let coming = try backup("Info", name(4), at: 4 * 86_400, "CREATING")
        #expect(gone(days + [half, coming]) == [])
        // An older half is what a crash left.
        let newest = try whole(5)
        #expect(
            gone(days + [half] + newest) == [
                "Auth/\(name(1))/86400", "Auth/\(name(4))/345600", "Info/\(name(1))/86400",
            ])
        #expect(gone([half]) == [])
    }

    @Test func othersAreLeft() throws {
        let days = try (1...4).flatMap { try whole($0) }
        let others = [
            try backup("Auth", "nightly", at: 1), try backup("Auth", name(1), at: 2, "AVAILABLE", "SYSTEM"),
        ]
        #expect(gone(days + others) == gone(days))
        // Of two with one name, the older goes.
        let twice = try whole(1) + [try backup("Auth", name(1), at: 5)]
        #expect(gone(twice) == ["Auth/\(name(1))/5"])
    }

    @Test func intervalsAreCountedFromTheEpoch() throws {
        var settings = try BackupSettings(environment: [:])
        #expect(settings.interval == 24)
        #expect(settings.slot(of: Timestamp(seconds: 86_399)) == 0)
        #expect(settings.slot(of: Timestamp(seconds: 86_400)) == 1)
        #expect(settings.slot(of: Timestamp(seconds: -1)) == -1)
        var refusals: [String] = []
        settings = settings.changed(by: ["intervalHours": 0, "kept": 5, "enabled": "no"]) { refusals.append($0) }
        #expect(settings.interval == 24)
        #expect(settings.kept == 5)
        #expect(settings.isEnabled)
        #expect(refusals.count == 2)
        let off = settings.changed(by: ["enabled": false]) { refusals.append($0) }
        #expect(!off.isEnabled)
    }

    @Test func everyPhaseLeadsToTheEnd() {
        for phase in RestoreState.Phase.allCases where phase != .failed {
            var phase = phase
            for _ in RestoreState.Phase.allCases { phase = phase.next }
            #expect(phase == .done)
        }
        #expect(RestoreState.Phase.failed.next == .failed)
    }
}
