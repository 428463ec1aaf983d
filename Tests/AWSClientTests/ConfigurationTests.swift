import Testing

@testable import AWSClient

@Suite struct ConfigurationTests {
    private let complete = [
        "AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret",
    ]

    @Test func readsTheEnvironment() throws {
        var environment = complete
        environment["AWS_SESSION_TOKEN"] = "token"
        environment["AWS_ENDPOINT_URL"] = "http://127.0.0.1:4566/"
        environment["AWS_ENDPOINT_URL_S3"] = "https://Storage.example.com:443/base/"
        environment["AWS_CA_BUNDLE"] = "/certificates.pem"
        let configuration = try AWSConfiguration(environment: environment)
        #expect(configuration.region == "eu-central-1")
        #expect(configuration.credentials.sessionToken == "token")
        #expect(configuration.endpoint(for: .dynamoDB).description == "http://127.0.0.1:4566")
        #expect(configuration.endpoint(for: .s3).description == "https://storage.example.com/base")
        #expect(configuration.certificateBundle == "/certificates.pem")
        environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true"
        #expect(
            try AWSConfiguration(environment: environment).endpoint(for: .s3).description
                == "https://s3.eu-central-1.amazonaws.com")
    }

    @Test func amazonsOwnEndpoints() throws {
        var configuration = try AWSConfiguration(environment: complete)
        #expect(configuration.endpoint(for: .cloudWatch).authority == "monitoring.eu-central-1.amazonaws.com")
        configuration.region = "cn-north-1"
        #expect(configuration.endpoint(for: .sqs).authority == "sqs.cn-north-1.amazonaws.com.cn")
    }

    @Test func saysWhatIsMissing() {
        #expect(throws: AWSConfigurationError.missingRegion) { try AWSConfiguration(environment: [:]) }
        for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
            var environment = complete
            environment[name] = ""
            #expect(throws: AWSConfigurationError.missingCredentials(name)) {
                try AWSConfiguration(environment: environment)
            }
        }
        var environment = complete
        environment["AWS_REGION"] = nil
        environment["AWS_DEFAULT_REGION"] = "evil.example.com/"
        #expect(throws: AWSConfigurationError.invalidRegion("evil.example.com/")) {
            try AWSConfiguration(environment: environment)
        }
    }

    @Test(arguments: [
        "127.0.0.1:4566", "ftp://a", "http://", "http://a:0", "http://a:65536", "http://a:b", "http://a?b",
        "http://a#b",
        "http://u:p@a", "http://a b", "http://::1", "http://[::1", "http://a\r\nb",
    ])
    func refusesWhatIsNoAddress(_ text: String) {
        #expect(Endpoint(text) == nil)
        var environment = complete
        environment["AWS_ENDPOINT_URL_SQS"] = text
        #expect(throws: AWSConfigurationError.invalidEndpoint(variable: "AWS_ENDPOINT_URL_SQS", value: text)) {
            try AWSConfiguration(environment: environment)
        }
    }

    @Test(arguments: [
        ("http://localhost:4566", true), ("http://127.1.2.3", true), ("http://[::1]:80", true),
        ("http://bucket.s3.localhost:4566", true), ("http://127.evil.example.com", false), ("https://a.example", false),
    ])
    func knowsThisMachine(_ text: String, _ expected: Bool) throws {
        let endpoint = try #require(Endpoint(text))
        #expect(endpoint.isLoopback == expected)
    }

    @Test func errorsAreSentencesAndSecretsStayHidden() throws {
        #expect("\(AWSConfigurationError.missingRegion)".contains("AWS_REGION"))
        #expect(!"\(try AWSConfiguration(environment: complete))".contains("secret"))
    }
}

@Suite struct XMLTests {
    @Test func readsElementsTextAndEntities() throws {
        let text = """
            <?xml version="1.0"?><!-- note --><s3:Root xmlns:s3="u" a='<>'><A>x &amp; &lt;y&gt; &#65;&#x42;</A>
            <B/><B t="1"><![CDATA[<raw>]]></B></s3:Root>
            """
        let root = try #require(XMLElement(parsing: Array(text.utf8)))
        #expect(root.name == "Root")
        #expect(root["A"]?.text == "x & <y> AB")
        #expect(root.all("B").map(\.text) == ["", "<raw>"])
    }

    @Test(arguments: [
        "", "text", "<", "<a", "<a>", "<a></b>", "</a>", "<a>&unknown;</a>", "<a>&", "<a>&#xZZ;</a>", "<a <b></a>",
        "<!DOCTYPE x [<!ENTITY e \"v\">]><a>&e;</a>", "<a><![CDATA[", "<!--", "<?", "<a b=\"></a>", "< a></a>",
        "&amp;<a/>",
    ])
    func refusesWhatIsBroken(_ text: String) { #expect(XMLElement(parsing: Array(text.utf8)) == nil) }

    @Test func depthIsBounded() {
        let deep = String(repeating: "<a>", count: 100_000)
        #expect(XMLElement(parsing: Array(deep.utf8)) == nil)
        let allowed = String(repeating: "<a>", count: 32) + String(repeating: "</a>", count: 32)
        #expect(XMLElement(parsing: Array(allowed.utf8)) != nil)
    }

    @Test func anyBytesAreSurvived() {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("<>/a&;#x!-[]\"'= \u{FF}".utf8) + [0xFF, 0]
        for _ in 0..<5000 {
            let bytes = (0..<Int.random(in: 0...40, using: &generator)).compactMap { _ in alphabet.randomElement() }
            _ = XMLElement(parsing: bytes)
            _ = XMLElement(parsing: Array("<a>".utf8) + bytes + Array("</a>".utf8))
        }
    }

    @Test(arguments: ["", "a<b>&\"c", "tab\tline\nreturn\r", "é€😀"])
    func whatIsWrittenIsReadBack(_ text: String) {
        let document = "<k>\(XMLText.escape(text))</k>"
        #expect(XMLElement(parsing: Array(document.utf8))?.text == text)
    }
}
