import Foundation
import JSONValue

/// The file in the data directory that says where the running cloud can be reached, for commands in other processes.
public struct CloudAddressFile: Sendable, Equatable {
    /// The base URL of the AWS services.
    public var edge: String
    /// The base URL of the HTTP APIs.
    public var gateway: String
    /// The cloud's process.
    public var process: Int

    private static let name = "cloud.json"

    /// Addresses.
    public init(edge: String, gateway: String, process: Int) {
        self.edge = edge
        self.gateway = gateway
        self.process = process
    }

    /// What the file says; nil where there is none that can be read.
    public static func read(in directory: String) -> CloudAddressFile? {
        guard let bytes = FileManager.default.contents(atPath: "\(directory)/\(name)"),
            let value = try? JSONValue(parsing: bytes), let edge = value["edge"]?.string,
            let gateway = value["gateway"]?.string, let process = value["process"]?.int
        else { return nil }
        return CloudAddressFile(edge: edge, gateway: gateway, process: process)
    }

    func write(in directory: String) throws {
        let value: JSONValue = ["edge": .string(edge), "gateway": .string(gateway), "process": JSONValue(process)]
        try Data(value.encoded(.pretty)).write(to: URL(fileURLWithPath: "\(directory)/\(Self.name)"), options: .atomic)
    }

    static func remove(in directory: String) { try? FileManager.default.removeItem(atPath: "\(directory)/\(name)") }
}
