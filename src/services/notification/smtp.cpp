#include <curl/curl.h>

#include <cstring>

#include "services/notification/post.hpp"

namespace thenorsound::notification {
namespace {

constexpr long connect_timeout_s = 10;
constexpr long whole_timeout_s = 60;

struct Unread {
  std::string text;
  std::size_t at = 0;
};

std::size_t read_some(char* into, std::size_t size, std::size_t count, void* from) {
  auto& unread = *static_cast<Unread*>(from);
  const std::size_t some = std::min(size * count, unread.text.size() - unread.at);
  std::memcpy(into, unread.text.data() + unread.at, some);
  unread.at += some;
  return some;
}

bool is_on_this_machine(std::string_view url) {
  const std::size_t start = url.find("://");
  if (start == std::string_view::npos) return false;
  const std::string_view rest = url.substr(start + 3);
  for (const std::string_view host : {"localhost", "127.0.0.1", "[::1]"})
    if (rest.starts_with(host) &&
        (rest.size() == host.size() || rest[host.size()] == ':' || rest[host.size()] == '/'))
      return true;
  return false;
}

struct Closer {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

}  // namespace

Result<void> send_by_smtp(const SmtpSettings& settings, const Mail& mail) {
  static const bool initialised = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  const std::unique_ptr<CURL, Closer> curl(initialised ? curl_easy_init() : nullptr);
  if (!curl) return unavailable("smtp: no client");
  const std::string sender = "<" + mail.from.address + ">";
  const std::string recipient = "<" + mail.to.address + ">";
  const std::unique_ptr<curl_slist, Closer> recipients(
      curl_slist_append(nullptr, recipient.c_str()));
  Unread unread{to_eml(mail)};
  const long tls = is_on_this_machine(settings.url) ? CURLUSESSL_TRY : CURLUSESSL_ALL;
  CURL* const handle = curl.get();
  curl_easy_setopt(handle, CURLOPT_URL, settings.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(handle, CURLOPT_USE_SSL, tls);
  if (!settings.user.empty()) {
    curl_easy_setopt(handle, CURLOPT_USERNAME, settings.user.c_str());
    curl_easy_setopt(handle, CURLOPT_PASSWORD, settings.password.c_str());
  }
  curl_easy_setopt(handle, CURLOPT_MAIL_FROM, sender.c_str());
  curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, recipients.get());
  curl_easy_setopt(handle, CURLOPT_READFUNCTION, &read_some);
  curl_easy_setopt(handle, CURLOPT_READDATA, &unread);
  curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, connect_timeout_s);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT, whole_timeout_s);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  const CURLcode code = curl_easy_perform(handle);
  if (code == CURLE_OK) return {};
  long answer = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &answer);
  return unavailable("smtp: " + std::string(curl_easy_strerror(code)) + " (" +
                     std::to_string(answer) + ")");
}

}  // namespace thenorsound::notification
