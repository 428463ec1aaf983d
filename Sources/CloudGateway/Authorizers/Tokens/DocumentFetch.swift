import CCurl
import Dispatch

/// Why a document could not be fetched.
struct DocumentFetchError: Error, CustomStringConvertible {
    let description: String
}

/// Fetches a small document over HTTP or HTTPS: within five seconds, up to 512 KB, through at most three redirections.
///
/// It is asked for rarely, so that a thread may wait for it.
///
/// - Throws: what went wrong, in a sentence.
@Sendable public func documentFetch(_ url: String) async throws -> [UInt8] {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global().async { continuation.resume(with: Result { try DocumentTransfer().run(url) }) }
    }
}

/// One transfer. It belongs to the thread that runs it.
private final class DocumentTransfer {
    private static let lengthLimit = 512 * 1024

    private var bytes: [UInt8] = []

    func run(_ url: String) throws -> [UInt8] {
        guard let handle = curl_easy_init() else { throw DocumentFetchError(description: "There is no memory.") }
        defer { curl_easy_cleanup(handle) }
        let context = Unmanaged.passUnretained(self).toOpaque()
        let isReady =
            ccurl_set_string(handle, CURLOPT_URL, url) == CURLE_OK
            && ccurl_set_string(handle, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK
            && ccurl_set_string(handle, CURLOPT_REDIR_PROTOCOLS_STR, "http,https") == CURLE_OK
            && ccurl_set_long(handle, CURLOPT_TIMEOUT_MS, 5000) == CURLE_OK
            && ccurl_set_pointer(handle, CURLOPT_WRITEDATA, context) == CURLE_OK
            && ccurl_set_data_callback(handle, CURLOPT_WRITEFUNCTION, takeDocumentBytes) == CURLE_OK
        guard isReady else { throw DocumentFetchError(description: "\(url) is no address.") }
        ccurl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        ccurl_set_long(handle, CURLOPT_FOLLOWLOCATION, 1)
        ccurl_set_long(handle, CURLOPT_MAXREDIRS, 3)
        // A proxy leads elsewhere, not to this machine.
        ccurl_set_string(handle, CURLOPT_NOPROXY, "localhost,127.0.0.1,::1")
        ccurl_set_string(handle, CURLOPT_USERAGENT, "darkroom")
        let code = curl_easy_perform(handle)
        // The transfer is this object's only user, and ends here.
        guard withExtendedLifetime(self, { code == CURLE_OK }) else {
            throw DocumentFetchError(description: "\(url): \(String(cString: curl_easy_strerror(code))).")
        }
        var status = 0
        ccurl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
        guard status == 200 else { throw DocumentFetchError(description: "\(url) answers with status \(status).") }
        return bytes
    }

    /// False once there are too many.
    fileprivate func take(_ more: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count + more.count <= Self.lengthLimit else { return false }
        bytes.append(contentsOf: more)
        return true
    }
}

private func takeDocumentBytes(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context else { return 0 }
    let transfer = Unmanaged<DocumentTransfer>.fromOpaque(context).takeUnretainedValue()
    return transfer.take(UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
}
