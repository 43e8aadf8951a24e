// The cryptographic parts the services need; the only file over OpenSSL's libcrypto.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace thenorsound {

// `size` bytes from the system's generator.
std::string random_bytes(std::size_t size);
std::string sha256(std::string_view data);  // 32 raw bytes
// The same of what comes in pieces.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&& other) noexcept;
  Sha256& operator=(Sha256&& other) noexcept;
  void add(std::string_view data);
  std::string finish();  // 32 raw bytes; once

 private:
  struct State;
  std::unique_ptr<State> state_;
};
std::string hmac_sha256(std::string_view key, std::string_view data);  // 32 raw bytes
// AES-256-GCM (NIST SP 800-38D): a fresh random nonce (12 bytes), the ciphertext, the tag (16).
std::string aes_256_gcm_seal(std::string_view key, std::string_view plain,
                             std::string_view additional);
// Nothing where key, ciphertext or additional data are not those of the sealing.
std::optional<std::string> aes_256_gcm_open(std::string_view key, std::string_view sealed,
                                            std::string_view additional);
bool equal_in_constant_time(std::string_view a, std::string_view b);
std::string to_hex(std::string_view bytes);
std::string to_base64url(std::string_view bytes);  // without padding
// Nothing for characters outside the alphabet, padding, or stray bits at the end.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace thenorsound
