#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The one place where a template touches a disk.
public enum TemplateFile {
    /// The largest template that is read: ten times what CloudFormation takes (1 MB).
    public static let sizeLimit = 10 << 20

    /// Why a file cannot be read.
    public enum Failure: Error, Sendable, CustomStringConvertible {
        /// It is not there, or may not be read.
        case unreadable(path: String, reason: String)
        /// It is larger than ``sizeLimit``.
        case tooLarge(path: String, bytes: Int)

        /// A sentence with the file's path.
        public var description: String {
            switch self {
            case .unreadable(let path, let reason): "The template '\(path)' cannot be read: \(reason)"
            case .tooLarge(let path, let bytes):
                "The template '\(path)' has \(bytes) bytes; at most \(TemplateFile.sizeLimit) are read."
            }
        }
    }

    /// Reads a template from a file.
    ///
    /// - Throws: ``Failure``. What is wrong inside the file is among the result's diagnostics.
    public static func read(
        _ path: String, parameters: [String: String] = [:], in cloud: DeploymentTarget = .init()
    ) throws(Failure) -> TemplateReading {
        let contents: Data
        do {
            let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
            if size > sizeLimit { throw Failure.tooLarge(path: path, bytes: size) }
            contents = try Data(contentsOf: URL(filePath: path))
        } catch let failure as Failure {
            throw failure
        } catch {
            throw .unreadable(path: path, reason: "\(error)")
        }
        return TemplateReading(of: Array(contents), parameters: parameters, in: cloud)
    }
}
