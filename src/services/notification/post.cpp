#include "services/notification/post.hpp"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>

namespace thenorsound::notification {
namespace {

constexpr unsigned senders = 4;  // mails on their way at a time
constexpr std::size_t waiting_mails = 1'000;
constexpr std::int64_t longest_file_ms = 5'000;
constexpr std::int64_t longest_smtp_ms = 75'000;  // beyond smtp.cpp's own time-out

std::string file_name(const Mail& mail) {
  std::string name = to_iso(mail.date).substr(0, 19);
  std::erase_if(name, [](char c) { return c == '-' || c == ':'; });
  return name + "Z-" + mail.message_id.substr(0, mail.message_id.find('@')) + ".eml";
}

}  // namespace

Result<void> write_to_outbox(const std::string& folder, const Mail& mail) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return unavailable("outbox: " + failed.message());
  const std::string path = folder + "/" + file_name(mail);
  const std::string unfinished = path + ".tmp";
  {
    std::ofstream file(unfinished, std::ios::binary | std::ios::trunc);
    file << to_eml(mail);
    file.flush();
    if (!file) return unavailable("outbox: a mail could not be written");
  }
  std::filesystem::rename(unfinished, path, failed);
  if (failed) return unavailable("outbox: " + failed.message());
  return {};
}

std::int64_t Post::longest_ms() const {
  return smtp_.url.empty() ? longest_file_ms : longest_smtp_ms;
}

Post::Post(SmtpSettings smtp, std::string outbox_folder)
    : smtp_(std::move(smtp)),
      outbox_folder_(std::move(outbox_folder)),
      workers_(smtp_.url.empty() ? 1 : senders, waiting_mails) {}

Task<Result<void>> Post::send(Mail mail) {
  // What went wrong; "" for nothing.
  std::function<std::string()> work = [this, mail = std::move(mail)] {
    const Result<void> done =
        smtp_.url.empty() ? write_to_outbox(outbox_folder_, mail) : send_by_smtp(smtp_, mail);
    return done ? std::string() : done.error().reason;
  };
  const Result<std::string> failure = co_await workers_.run(std::move(work));
  if (!failure) co_return failure.error();
  if (!failure->empty()) co_return unavailable(*failure);
  co_return Result<void>{};
}

}  // namespace thenorsound::notification
