// The RabbitMQ adapter while its broker is killed, frozen and told to close; and over TLS.
#include <netinet/in.h>
#include <sys/socket.h>

#include "bus/rabbitmq/connection.hpp"
#include "rabbit_broker.hpp"
#include "rabbit_scene.hpp"

namespace thenorsound::bus {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Certificates as openssl makes them: an authority, and one of its for each name.
struct Certificates {
  explicit Certificates(std::filesystem::path in) : folder(std::move(in)) {
    std::filesystem::create_directories(folder);
    authority("ca");
    authority("stranger");
    certificate("localhost");
    certificate("broker.example");
  }
  std::string file(const std::string& name) const { return (folder / name).string(); }
  void authority(const std::string& name) const {
    openssl("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=" +
            name + " -keyout " + file(name + ".key") + " -out " + file(name + ".pem"));
  }
  void certificate(const std::string& host) const {
    std::ofstream(file(host + ".ext")) << "subjectAltName=DNS:" << host << "\n";
    openssl("req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=" + host +
            " -keyout " + file(host + ".key") + " -out " + file(host + ".csr"));
    openssl("x509 -req -days 2 -in " + file(host + ".csr") + " -CA " + file("ca.pem") + " -CAkey " +
            file("ca.key") + " -CAcreateserial -extfile " + file(host + ".ext") + " -out " +
            file(host + ".pem"));
  }
  static void openssl(const std::string& arguments) {
    RabbitBroker::run("openssl " + arguments + " 2>/dev/null");
  }
  std::filesystem::path folder;
};

int free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket, generic, size) != 0 || ::getsockname(socket, generic, &size) != 0)
    throw std::runtime_error("no free port");
  ::close(socket);
  return ntohs(address.sin_port);
}

struct OnItsOwnBroker : testing::Test {
  // One for all tests: it takes seconds to start.
  static void SetUpTestSuite() {
    broker = std::make_unique<RabbitBroker>();
    certificates = std::make_unique<Certificates>(broker->folder() / "certificates");
    tls_port = free_port();
    broker->start("listeners.ssl.1 = 127.0.0.1:" + std::to_string(tls_port) +
                  "\nssl_options.certfile = " + certificates->file("localhost.pem") +
                  "\nssl_options.keyfile = " + certificates->file("localhost.key") +
                  "\nssl_options.cacertfile = " + certificates->file("ca.pem") + "\n");
  }
  static void TearDownTestSuite() {
    broker.reset();
    certificates.reset();
  }
  static RabbitSettings plain() {
    RabbitSettings settings;
    settings.url = broker->url();
    return quick(std::move(settings));
  }
  static RabbitSettings tls() {
    RabbitSettings settings;
    settings.url = "amqps://guest:guest@localhost:" + std::to_string(tls_port);
    settings.ca_file = certificates->file("ca.pem");
    return quick(std::move(settings));
  }
  static RabbitSettings quick(RabbitSettings settings) {
    settings.heartbeat = seconds{1};
    settings.confirm_timeout = milliseconds{1'000};
    settings.longest_pause = milliseconds{500};
    return settings;
  }

  static inline std::unique_ptr<RabbitBroker> broker;
  static inline std::unique_ptr<Certificates> certificates;
  static inline int tls_port = 0;
};

// Publishes in the background what follows, each message until it is taken.
class Load {
 public:
  explicit Load(RabbitProcess& process) : process_(process), thread_([this] { run(); }) {}
  // Returns how many messages there were.
  std::size_t finish() {
    finished_ = true;
    thread_.join();
    return total_;
  }
  std::size_t total() const { return total_; }
  bool lost() const { return lost_; }

 private:
  void run() {
    for (std::int64_t sequence = 1; !finished_; ++sequence) {
      std::vector<Message> batch;
      for (int i = 0; i < 20; ++i)
        batch.push_back(rabbit_message("x.y", "s" + std::to_string(i), sequence));
      if (!process_.publish_until_taken(batch, seconds{120})) lost_ = true;
      total_ += batch.size();
    }
  }
  RabbitProcess& process_;
  std::atomic<bool> finished_{false};
  std::atomic<bool> lost_{false};
  std::atomic<std::size_t> total_{0};
  std::thread thread_;
};

TEST_F(OnItsOwnBroker, NothingIsLostOrDoubledOverItsEndAndReturn) {
  Effects effects;
  RabbitProcess publisher(plain()), one(plain()), two(plain());
  for (RabbitProcess* process : {&publisher, &one, &two})
    ASSERT_TRUE(process->declare("q", {"x.*"}));
  one.bus.consume("q", effects.consumer());
  two.bus.consume("q", effects.consumer());
  Load load(publisher);
  const auto runs_on = [&] {
    const std::size_t before = effects.total();
    return until([&] { return effects.total() > before + 200; }, seconds{60});
  };
  ASSERT_TRUE(runs_on());
  broker->close_connections();
  EXPECT_TRUE(runs_on());
  broker->kill();
  EXPECT_TRUE(until([&] { return !publisher.bus.ready() && !one.bus.ready(); }));
  EXPECT_EQ(publisher.publish({rabbit_message("x.y", "other")}), std::vector<bool>{false});
  broker->start();
  EXPECT_TRUE(runs_on());
  const std::size_t total = load.finish();
  EXPECT_FALSE(load.lost());
  EXPECT_TRUE(until([&] { return effects.total() == total; }, seconds{60}))
      << effects.total() << " of " << total;
  EXPECT_TRUE(until([&] { return one.backlog() == 0 && two.backlog() == 0; }, seconds{20}));
}

TEST_F(OnItsOwnBroker, IsGivenUpWhileItIsFrozenAndFoundAgain) {
  Effects effects;
  RabbitProcess process(plain());
  ASSERT_TRUE(process.declare("frozen", {"f.*"}));
  process.bus.consume("frozen", effects.consumer());
  ASSERT_TRUE(process.publish_until_taken({rabbit_message("f.y", "a", 1)}));
  broker->freeze(true);
  EXPECT_EQ(process.publish({rabbit_message("f.y", "a", 2)}), std::vector<bool>{false});
  EXPECT_TRUE(until([&] { return !process.bus.ready(); }, seconds{20}));
  broker->freeze(false);
  EXPECT_TRUE(process.publish_until_taken({rabbit_message("f.y", "a", 2)}));
  EXPECT_TRUE(until([&] { return effects.total() == 2; }, seconds{20}));
}

TEST_F(OnItsOwnBroker, OutOfMemoryItTakesNothingAndSaysNothingButGivesWhatItHas) {
  Effects effects;
  RabbitProcess process(plain()), consumer(plain());
  ASSERT_TRUE(process.declare("memory", {"m.*"}));
  ASSERT_TRUE(consumer.declare("memory", {"m.*"}));
  ASSERT_TRUE(process.publish_until_taken({rabbit_message("m.y", "a", 1)}));
  broker->limit_memory("1MB");
  EXPECT_TRUE(until([&] { return !process.publish({rabbit_message("m.y", "probe", 1)}).front(); },
                    seconds{30}));
  consumer.bus.consume("memory", effects.consumer());
  EXPECT_TRUE(until([&] { return effects.total() >= 1; }, seconds{20}));
  EXPECT_EQ(process.publish({rabbit_message("m.y", "a", 2)}), std::vector<bool>{false});
  broker->limit_memory("512MB");
  EXPECT_TRUE(process.publish_until_taken(
      {rabbit_message("m.y", "a", 2), rabbit_message("m.y", "probe", 1)}));
  EXPECT_TRUE(until([&] { return effects.total() == 3; }, seconds{20})) << effects.total();
}

TEST_F(OnItsOwnBroker, SpeaksTls) {
  Effects effects;
  RabbitProcess process(tls());
  ASSERT_TRUE(process.declare("tls", {"t.*"}));
  process.bus.consume("tls", effects.consumer());
  ASSERT_TRUE(until([&] { return process.bus.ready(); }));
  std::vector<Message> messages;
  for (int i = 0; i < 500; ++i) messages.push_back(rabbit_message("t.y", std::to_string(i)));
  EXPECT_TRUE(process.publish_until_taken(messages));
  EXPECT_TRUE(until([&] { return effects.total() == messages.size(); }));
  // Heartbeats through TLS, too; a machine that stands still for a second may lose one.
  bool kept = false;
  for (int i = 0; i < 3 && !kept; ++i) {
    EXPECT_TRUE(until([&] { return process.bus.ready(); }));
    std::this_thread::sleep_for(milliseconds{2'500});
    kept = process.bus.ready();
  }
  EXPECT_TRUE(kept);
  EXPECT_EQ(process.backlog(), 0);
}

TEST_F(OnItsOwnBroker, TrustsNoOtherAuthority) {
  RabbitSettings settings = tls();
  settings.ca_file = certificates->file("stranger.pem");
  const auto opened = Connection::open(*rabbit_address(settings.url), settings);
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().reason.find("peer"), std::string::npos) << opened.error().reason;
  settings.ca_file = "/no/such/file";
  EXPECT_FALSE(Connection::open(*rabbit_address(settings.url), settings));
}

// A server whose certificate is in order but for its name.
TEST_F(OnItsOwnBroker, TrustsNoOtherName) {
  const auto reason_of_connecting_to = [](const std::string& certified) {
    const int port = free_port();
    const std::string pid_file = certificates->file("server.pid");
    RabbitBroker::run("openssl s_server -quiet -accept 127.0.0.1:" + std::to_string(port) +
                      " -cert " + certificates->file(certified + ".pem") + " -key " +
                      certificates->file(certified + ".key") +
                      " </dev/zero >/dev/null 2>&1 & echo $! >" + pid_file);
    RabbitSettings settings = tls();
    settings.url = "amqps://guest:guest@localhost:" + std::to_string(port);
    settings.connect_timeout = milliseconds{1'000};
    std::string reason;
    until([&] {
      const auto opened = Connection::open(*rabbit_address(settings.url), settings);
      EXPECT_FALSE(opened);
      reason = opened.error().reason;
      return reason.find("socket") == std::string::npos;  // not yet listening
    });
    RabbitBroker::run("kill $(cat " + pid_file + ")");
    return reason;
  };
  EXPECT_NE(reason_of_connecting_to("broker.example").find("hostname"), std::string::npos);
  EXPECT_EQ(reason_of_connecting_to("localhost").find("hostname"), std::string::npos);
}

}  // namespace
}  // namespace thenorsound::bus
