#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "services/notification/post.hpp"

namespace thenorsound::notification {
namespace {

Mail mail(std::string to = "kim@crew.example") {
  Mail made;
  made.message_id = "abc@thenorsound.example";
  made.from = {"ThenorSound", "no-reply@thenorsound.example"};
  made.to = {"Kim", std::move(to)};
  made.subject = "Live";
  made.body = "Hello\n.\nEnd\n";
  made.language = "en";
  made.date = *time_from_iso("2027-02-05T08:09:10Z");
  return made;
}

// One SMTP conversation; `refuse` is the answer to RCPT, where it isn't empty.
class SmtpServer {
 public:
  explicit SmtpServer(std::string refuse = {}) : refuse_(std::move(refuse)) {
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    listen(listener_, 1);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~SmtpServer() {
    if (thread_.joinable()) thread_.join();
    close(listener_);
  }
  std::string url() const { return "smtp://127.0.0.1:" + std::to_string(port_); }
  // What the client said, once it is gone.
  const std::string& heard() {
    thread_.join();
    return heard_;
  }

 private:
  void serve() {
    const int peer = accept(listener_, nullptr, nullptr);
    const auto say = [&](const std::string& line) {
      const std::string text = line + "\r\n";
      [[maybe_unused]] const auto sent = send(peer, text.data(), text.size(), MSG_NOSIGNAL);
    };
    say("220 ready");
    bool in_data = false;
    bool awaits_secret = false;
    std::string line;
    for (char c; recv(peer, &c, 1, 0) == 1;) {
      heard_ += c;
      line += c;
      if (c != '\n') continue;
      if (in_data) {
        if (line == ".\r\n") {
          in_data = false;
          say("250 taken");
        }
      } else if (line.starts_with("EHLO")) {
        say("250-hello");
        say("250 AUTH PLAIN");
      } else if (line == "AUTH PLAIN\r\n") {
        awaits_secret = true;  // RFC 4954: without an initial response
        say("334 ");
      } else if (line.starts_with("AUTH") || awaits_secret) {
        awaits_secret = false;
        say("235 welcome");
      } else if (line.starts_with("RCPT") && !refuse_.empty()) {
        say(refuse_);
      } else if (line.starts_with("DATA")) {
        in_data = true;
        say("354 go on");
      } else if (line.starts_with("QUIT")) {
        say("221 bye");
      } else {
        say("250 well");
      }
      line.clear();
    }
    close(peer);
  }

  std::string refuse_;
  std::string heard_;
  int listener_ = -1;
  int port_ = 0;
  std::thread thread_;
};

TEST(Smtp, HandsTheMailToTheServer) {
  SmtpServer server;
  SmtpSettings settings;
  settings.url = server.url();
  ASSERT_TRUE(send_by_smtp(settings, mail()).has_value());
  const std::string heard = server.heard();
  EXPECT_NE(heard.find("MAIL FROM:<no-reply@thenorsound.example>"), std::string::npos);
  EXPECT_NE(heard.find("RCPT TO:<kim@crew.example>"), std::string::npos);
  EXPECT_NE(heard.find("Message-ID: <abc@thenorsound.example>\r\n"), std::string::npos);
  EXPECT_NE(heard.find("\r\n\r\nHello\r\n=2E\r\nEnd\r\n.\r\n"), std::string::npos);
}

TEST(Smtp, LogsInWhereAUserIsConfigured) {
  SmtpServer server;
  SmtpSettings settings;
  settings.url = server.url();
  settings.user = "mailer";
  settings.password = "secret";
  ASSERT_TRUE(send_by_smtp(settings, mail()).has_value());
  EXPECT_NE(server.heard().find("AUTH PLAIN"), std::string::npos);
}

TEST(Smtp, ARefusalIsAnErrorThatNamesNoAddress) {
  SmtpServer server("550 no such user kim@crew.example");
  SmtpSettings settings;
  settings.url = server.url();
  const Result<void> refused = send_by_smtp(settings, mail());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::service_unavailable);
  EXPECT_NE(refused.error().reason.find("550"), std::string::npos);
  EXPECT_EQ(refused.error().reason.find("kim"), std::string::npos);
}

TEST(Smtp, AServerThatIsAwayIsAnError) {
  SmtpSettings settings;
  settings.url = "smtp://127.0.0.1:1";
  EXPECT_FALSE(send_by_smtp(settings, mail()));
}

TEST(Smtp, AnotherHostMustOfferTls) {
  // 127.0.0.2 is this machine, but not by a name that we take for it.
  SmtpServer server;
  SmtpSettings settings;
  settings.url = "smtp://127.0.0.2:" + server.url().substr(server.url().rfind(':') + 1);
  const Result<void> refused = send_by_smtp(settings, mail());
  EXPECT_FALSE(refused);
  settings.url = server.url();  // ends the server's wait
  send_by_smtp(settings, mail());
}

struct Outbox : testing::Test {
  std::string folder;
  void SetUp() override {
    char name[] = "/tmp/thenor-outbox-XXXXXX";
    folder = std::string(mkdtemp(name)) + "/outbox";
  }
  void TearDown() override {
    std::filesystem::remove_all(std::filesystem::path(folder).parent_path());
  }
  std::vector<std::string> files() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
      found.push_back(entry.path().filename());
    return found;
  }
};

TEST_F(Outbox, HoldsEachMailAsAFile) {
  ASSERT_TRUE(write_to_outbox(folder, mail()).has_value());
  EXPECT_EQ(files(), std::vector<std::string>{"20270205T080910Z-abc.eml"});
  std::ifstream file(folder + "/" + files()[0], std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(text, to_eml(mail()));
}

TEST_F(Outbox, TheSameMailAgainReplacesItsFile) {
  write_to_outbox(folder, mail());
  write_to_outbox(folder, mail());
  EXPECT_EQ(files().size(), 1U);
}

TEST_F(Outbox, AFolderThatCannotBeMadeIsAnError) {
  EXPECT_FALSE(write_to_outbox("/proc/nowhere", mail()));
}

}  // namespace
}  // namespace thenorsound::notification
