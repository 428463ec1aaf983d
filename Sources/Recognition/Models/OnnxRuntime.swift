import COnnxRuntime
import Synchronization

/// ONNX Runtime, opened from the model folder. There is one for a process: the library keeps state of its own.
final class OnnxRuntime: Sendable {
    /// A `cor_runtime`, which may be used from any thread and lives as long as the process.
    nonisolated(unsafe) let handle: OpaquePointer

    private init(handle: OpaquePointer) { self.handle = handle }

    private static let opened = Mutex<OnnxRuntime?>(nil)

    /// The runtime of a model folder. When one is open already, from whichever folder, it is that one.
    static func open(from folder: ModelFolder) throws(RecognitionError) -> OnnxRuntime {
        let library = try folder.path(of: .runtime)
        return try opened.withLock { opened throws(RecognitionError) in
            if let opened { return opened }
            var message = [CChar](repeating: 0, count: Int(COR_MESSAGE_SIZE))
            guard let handle = cor_runtime_open(library, &message) else {
                throw .runtimeUnusable(path: library, reason: text(of: message))
            }
            let runtime = OnnxRuntime(handle: handle)
            opened = runtime
            return runtime
        }
    }

    /// The library's version.
    var version: String { String(cString: cor_runtime_version(handle)) }

    /// What a function of the library left in its message.
    static func text(of message: [CChar]) -> String {
        String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
