import CCurl

extension TransportError {
    /// What curl's code means for a transfer.
    init(_ code: CURLcode, handle: UnsafeMutableRawPointer, transfer: Transfer) {
        if let failure = transfer.failure {
            self = failure
            return
        }
        var requestSize = 0
        _ = ccurl_get_long(handle, CURLINFO_REQUEST_SIZE, &requestSize)
        let wasSent = requestSize > 0
        var connectTime: curl_off_t = 0
        _ = ccurl_get_offset(handle, CURLINFO_PRETRANSFER_TIME_T, &connectTime)
        let kind: Kind =
            switch code {
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .unresolvedHost
            case CURLE_COULDNT_CONNECT: .refused
            case CURLE_OPERATION_TIMEDOUT: connectTime == 0 && !wasSent ? .connectTimeout : .timeout
            case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
                CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_USE_SSL_FAILED:
                .tls
            case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_SEND_FAIL_REWIND: .connectionLost
            case CURLE_RECV_ERROR: transfer.status >= 200 ? .incompleteAnswer : .connectionLost
            case CURLE_PARTIAL_FILE, CURLE_HTTP2, CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL:
                .incompleteAnswer
            case CURLE_URL_MALFORMAT: .invalidRequest
            default: .other
            }
        let reason = String(cString: curl_easy_strerror(code))
        self.init(
            kind: kind, message: "\(transfer.request.method) \(transfer.request.endpoint): \(reason)",
            mayHaveBeenExecuted: wasSent)
    }

    static func cancelled(_ request: HTTPRequest, executed: Bool) -> TransportError {
        TransportError(
            kind: .cancelled, message: "\(request.method) \(request.endpoint): cancelled",
            mayHaveBeenExecuted: executed)
    }
}
