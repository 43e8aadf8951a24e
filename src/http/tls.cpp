#include "http/tls.hpp"

#include <openssl/ssl.h>

#include <boost/asio/ssl/context.hpp>
#include <fstream>
#include <iterator>

#include "base/crypto.hpp"
#include "base/log.hpp"

namespace thenorsound::http {
namespace ssl = boost::asio::ssl;
namespace {

using ErrorCode = boost::system::error_code;

constexpr std::size_t max_file_bytes = 1024 * 1024;
// Of TLS 1.2 only what has forward secrecy and authenticated encryption; TLS 1.3 has no other.
constexpr const char* ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr unsigned char protocol[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

// Who offers protocols but not ours gets an alert (RFC 7301, 3.2).
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned offered_size, void*) {
  unsigned char* found = nullptr;
  const int result =
      SSL_select_next_proto(&found, chosen_size, protocol, sizeof protocol, offered, offered_size);
  *chosen = found;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

Error unusable(const std::string& what) { return make_error(Code::validation_error, what); }

Result<std::string> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string content{std::istreambuf_iterator<char>(in), {}};
  if (!in.is_open() || in.bad()) return unusable("cannot read " + path);
  if (content.size() > max_file_bytes) return unusable(path + " is too large");
  return content;
}

}  // namespace

TlsCertificate::TlsCertificate(std::string certificate_file, std::string key_file)
    : certificate_file_(std::move(certificate_file)), key_file_(std::move(key_file)) {}

Result<std::shared_ptr<TlsCertificate>> TlsCertificate::load(std::string certificate_file,
                                                             std::string key_file) {
  std::shared_ptr<TlsCertificate> made(
      new TlsCertificate(std::move(certificate_file), std::move(key_file)));
  const Result<Files> files = made->read();
  if (!files) return files.error();
  Result<Context> context = make_context(*files);
  if (!context) return context.error();
  made->context_ = std::move(*context);
  made->seen_ = sha256(files->certificate + files->key);
  return made;
}

void TlsCertificate::refresh() {
  const Result<Files> files = read();
  const std::string found = files ? sha256(files->certificate + files->key) : "unreadable";
  const std::lock_guard lock(mutex_);
  if (found == seen_) return;
  seen_ = found;
  Result<Context> context = files ? make_context(*files) : Result<Context>(files.error());
  if (!context)
    return log_error("new TLS certificate refused",
                     {{"file", certificate_file_}, {"what", context.error().message}});
  context_ = std::move(*context);
  log_info("new TLS certificate in use", {{"file", certificate_file_}});
}

TlsCertificate::Context TlsCertificate::context() const {
  const std::lock_guard lock(mutex_);
  return context_;
}

Result<TlsCertificate::Files> TlsCertificate::read() const {
  Result<std::string> certificate = read_file(certificate_file_);
  if (!certificate) return certificate.error();
  Result<std::string> key = read_file(key_file_);
  if (!key) return key.error();
  return Files{std::move(*certificate), std::move(*key)};
}

Result<TlsCertificate::Context> TlsCertificate::make_context(const Files& files) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  SSL_CTX* raw = context->native_handle();
  ErrorCode failed;
  // Never a question at the terminal: a key with a passphrase is no key for a server.
  context->set_password_callback(
      [](std::size_t, ssl::context::password_purpose) { return std::string(); }, failed);
  if (!failed) context->use_certificate_chain(boost::asio::buffer(files.certificate), failed);
  if (failed) return unusable("the certificate cannot be used: " + failed.message());
  context->use_private_key(boost::asio::buffer(files.key), ssl::context::pem, failed);
  if (failed || SSL_CTX_check_private_key(raw) != 1)
    return unusable("the key cannot be used, or is another certificate's");
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  if (SSL_CTX_set_cipher_list(raw, ciphers) != 1) return unusable("no cipher is left");
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_alpn_select_cb(raw, choose_protocol, nullptr);
  return context;
}

}  // namespace thenorsound::http
