@_exported import struct AWSSigning.Credentials

/// Where AWS is and who asks: taken from the variables that Lambda sets and every SDK understands.
public struct AWSConfiguration: Sendable, Hashable {
    /// The region, such as `eu-central-1`.
    public var region: String
    /// The keys that requests are signed with.
    public var credentials: Credentials
    /// The endpoint for all services, in place of Amazon's own.
    public var endpoint: Endpoint?
    /// Endpoints for single services, by ``AWSService/environmentSuffix``.
    public var serviceEndpoints: [String: Endpoint]
    /// A file of certificates to trust, in place of the system's (`AWS_CA_BUNDLE`).
    public var certificateBundle: String?

    /// A configuration from its parts.
    public init(
        region: String, credentials: Credentials, endpoint: Endpoint? = nil, serviceEndpoints: [String: Endpoint] = [:],
        certificateBundle: String? = nil
    ) {
        self.region = region
        self.credentials = credentials
        self.endpoint = endpoint
        self.serviceEndpoints = serviceEndpoints
        self.certificateBundle = certificateBundle
    }

    /// Reads `AWS_REGION` or `AWS_DEFAULT_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`,
    /// `AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_<SERVICE>`, `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` and `AWS_CA_BUNDLE`.
    /// A variable that is empty counts as not set.
    ///
    /// - Throws: ``AWSConfigurationError``, which says what is missing or wrong.
    public init(environment: [String: String]) throws(AWSConfigurationError) {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        guard let region = value("AWS_REGION") ?? value("AWS_DEFAULT_REGION") else { throw .missingRegion }
        guard region.utf8.allSatisfy(Self.isLabel), region.utf8.count <= 63 else { throw .invalidRegion(region) }
        guard let accessKeyID = value("AWS_ACCESS_KEY_ID") else { throw .missingCredentials("AWS_ACCESS_KEY_ID") }
        guard let secret = value("AWS_SECRET_ACCESS_KEY") else { throw .missingCredentials("AWS_SECRET_ACCESS_KEY") }
        self.init(
            region: region,
            credentials: Credentials(
                accessKeyID: accessKeyID, secretAccessKey: secret, sessionToken: value("AWS_SESSION_TOKEN")),
            certificateBundle: value("AWS_CA_BUNDLE"))
        if value("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")?.lowercased() == "true" { return }
        let prefix = "AWS_ENDPOINT_URL"
        for (name, text) in environment where name.hasPrefix(prefix) && !text.isEmpty {
            guard let endpoint = Endpoint(text) else { throw .invalidEndpoint(variable: name, value: text) }
            if name == prefix {
                self.endpoint = endpoint
            } else if name.hasPrefix(prefix + "_") {
                serviceEndpoints[String(name.dropFirst(prefix.count + 1))] = endpoint
            }
        }
    }

    private static func isLabel(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || byte == UInt8(ascii: "-")
    }

    /// The endpoint that was set for a service in place of Amazon's own, if one was.
    public func endpointOverride(for service: AWSService) -> Endpoint? {
        serviceEndpoints[service.environmentSuffix] ?? endpoint
    }

    /// The endpoint of a service.
    public func endpoint(for service: AWSService) -> Endpoint {
        endpointOverride(for: service)
            ?? Endpoint(isSecure: true, host: "\(service.endpointPrefix).\(region).\(Self.domain(of: region))")
    }

    /// The domain of a region's partition.
    private static func domain(of region: String) -> String {
        if region.hasPrefix("cn-") { return "amazonaws.com.cn" }
        if region.hasPrefix("us-iso-") { return "c2s.ic.gov" }
        if region.hasPrefix("us-isob-") { return "sc2s.sgov.gov" }
        return "amazonaws.com"
    }
}

/// What keeps a client from being set up.
public enum AWSConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No variable names the region.
    case missingRegion
    /// The region could not be part of a host name.
    case invalidRegion(String)
    /// A variable with half of the credentials is missing.
    case missingCredentials(String)
    /// A variable is no address.
    case invalidEndpoint(variable: String, value: String)

    /// What to do about it.
    public var description: String {
        switch self {
        case .missingRegion: "No region is configured: set AWS_REGION, for example to us-east-1."
        case .invalidRegion(let text): "AWS_REGION is '\(text)', which is no region: write, for example, us-east-1."
        case .missingCredentials(let variable):
            "No credentials are configured: set \(variable). A local cloud takes any value."
        case .invalidEndpoint(let variable, let value):
            "\(variable) is '\(value)', which is no address: write, for example, http://127.0.0.1:4566."
        }
    }
}
