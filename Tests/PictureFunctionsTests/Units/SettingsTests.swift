import LambdaRuntime
import Pictures
import Testing

@testable import PictureFunctions

@Suite struct SettingsTests {
    @Test func readsItsDefaults() throws {
        let settings = try ServiceSettings(environment: Environment(TestSettings.variables))
        #expect(settings.tables.pictures == "Pictures")
        #expect(settings.limits == ImageLimits())
        #expect(settings.sessionLifetime == 604_800)
        #expect(settings.admin?.username.text == "admin")
        #expect(settings.attempts.perUser == 100)
        #expect(settings.passwordParameters == .standard)
    }

    @Test(arguments: [
        "PICTURES_TABLE", "USER_INFO_TABLE", "USER_AUTH_TABLE", "LOGIN_ATTEMPTS_TABLE", "SETTINGS_TABLE",
        "STATISTICS_TABLE", "PICTURES_BUCKET", "SESSION_SECRET",
    ])
    func namesWhatIsMissing(_ name: String) {
        var variables = TestSettings.variables
        variables[name] = nil
        #expect {
            try ServiceSettings(environment: Environment(variables))
        } throws: { "\($0)".contains(name) }
    }

    @Test(arguments: [
        "SESSION_SECONDS", "PICTURE_BYTES", "PICTURE_SIDE", "PICTURE_PIXELS", "PICTURE_FRAMES", "LOGIN_ATTEMPTS",
        "CACHE_BYTES",
    ])
    func wantsNumbers(_ name: String) throws {
        for text in ["x", "0", "-1", "1.5"] {
            let variables = TestSettings.variables.merging([name: text]) { $1 }
            #expect(throws: SettingsFault.notANumber(name)) {
                try ServiceSettings(environment: Environment(variables))
            }
        }
        _ = try ServiceSettings(environment: Environment(TestSettings.variables.merging([name: "1234"]) { $1 }))
    }

    @Test(arguments: [("SESSION_SECRET", "SessionSecret"), ("ADMIN_CODE", "AdminCode")])
    func refusesThePublishedSecretsOnAWS(_ name: String, _ parameter: String) throws {
        let published = try #require(
            Repository.json("template.json")["Parameters"]?[parameter]?["Default"]?.string)
        var variables = TestSettings.variables.merging([name: published]) { $1 }
        #expect(throws: SettingsFault.publishedSecret(name)) {
            try ServiceSettings(environment: Environment(variables))
        }
        // Also behind one of one's own.
        variables[name] = String(repeating: "x", count: 40) + "," + published
        #expect(throws: SettingsFault.publishedSecret(name)) {
            try ServiceSettings(environment: Environment(variables))
        }
        variables["AWS_ENDPOINT_URL"] = "http://127.0.0.1:4566"
        _ = try ServiceSettings(environment: Environment(variables))
    }

    @Test func wantsAnAdminWorthTheName() {
        let short = TestSettings.variables.merging(["ADMIN_CODE": "short"]) { $1 }
        #expect(throws: SettingsFault.shortCode) { try ServiceSettings(environment: Environment(short)) }
        let odd = TestSettings.variables.merging(["ADMIN_USERNAME": "a b"]) { $1 }
        #expect(throws: SettingsFault.self) { try ServiceSettings(environment: Environment(odd)) }
    }

    @Test func thereIsNoAdminWithoutACode() throws {
        var variables = TestSettings.variables
        variables["ADMIN_CODE"] = nil
        #expect(try ServiceSettings(environment: Environment(variables)).admin == nil)
    }
}
