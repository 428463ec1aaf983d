import LambdaRuntime
import Pictures
import Testing

@testable import AWSClient
@testable import PictureFunctions

@Suite struct SweepTests {
    private func at(_ seconds: Int64) -> Pictures.Timestamp { Pictures.Timestamp(seconds: seconds) }

    @Test func takesTheEarlierTime() {
        #expect(SweepTime(event: at(5), function: at(1), store: at(6)).now == at(5))
        #expect(SweepTime(event: at(7), function: at(1), store: at(6)).now == at(6))
        #expect(SweepTime(event: nil, function: at(1), store: at(6)).source == .function)
        #expect(SweepTime(event: nil, function: at(9), store: at(6)).source == .store)
    }

    @Test(arguments: [
        ("2026-01-31T08:00:00Z", 1_769_846_400_000 as Int64?), ("2026-01-31T08:00:00.5Z", 1_769_846_400_500),
        ("2026-01-31T08:00:00.123456Z", 1_769_846_400_123), ("2026-01-31T08:00:00", nil), ("", nil), ("Z", nil),
        ("2026-01-31T08:00:00.Z", 1_769_846_400_000), ("2026-13-31T08:00:00Z", nil), ("2026-01-31T08:00:00.xZ", nil),
    ])
    func readsTheTimesOfServices(_ text: String, _ milliseconds: Int64?) {
        #expect(Pictures.Timestamp(service: text)?.milliseconds == milliseconds)
    }

    @Test func settingsComeFromTheEnvironmentAndTheTable() throws {
        let settings = try SweepSettings(environment: ["SWEEPER_GRACE_SECONDS": "120"])
        #expect(settings.grace == 120)
        #expect(settings.recognition == 1_800)
        var refusals: [String] = []
        let changed = settings.changed(by: ["graceSeconds": 300, "pages": "many", "multipartSeconds": 1]) {
            refusals.append($0)
        }
        #expect(changed.grace == 300)
        #expect(changed.pages == 20)
        #expect(changed.multipart == 86_400)
        #expect(refusals.count == 2)
        for text in ["59", "x", "99999999"] {
            #expect(throws: SettingsFault.self) { try SweepSettings(environment: ["SWEEPER_GRACE_SECONDS": text]) }
        }
    }
}
