#include "store/export_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/context.hpp"

namespace thenorsound::store {
namespace {

class ExportFile : public ::testing::Test {
 protected:
  ExportFile() {
    std::string name = (std::filesystem::temp_directory_path() / "thenor-export-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    path_ = folder_ + "/all.jsonl";
  }
  ~ExportFile() override { std::filesystem::remove_all(folder_); }

  static Kept kept(const std::string& id, const std::string& body) {
    Kept out;
    out.id = id;
    out.sequence = 3;
    if (!body.empty()) out.body = read_own_json(body).as_object();
    return out;
  }
  static ExportHeader header() {
    ExportHeader out;
    out.id = "abc";
    out.made_at = Time{1'700'000'000'000};
    out.about["demo"] = true;
    return out;
  }
  std::vector<CollectionSum> write() {
    auto writer = ExportWriter::create(path_, header()).value();
    writer->begin("user", "users");
    writer->add(kept("a", R"({"name":"Åsa \"x\" \n","n":[1,2.5,null]})"));
    Kept erased = kept("b", "");
    Message message;
    message.id = "m1";
    message.source = "user";
    message.type = "user.deleted";
    message.subject = "b";
    message.sequence = 3;
    message.time = Time{1'700'000'000'123};
    message.traceparent = new_trace().traceparent;
    erased.messages.push_back(message);
    writer->add(erased);
    writer->begin("user", "calendars");
    writer->begin("event", "events");
    for (int i = 0; i < 500; ++i) writer->add(kept("e" + std::to_string(1'000 + i), "{}"));
    return writer->finish().value();
  }
  std::string text() const {
    std::ifstream file(path_, std::ios::binary);
    return std::string{std::istreambuf_iterator<char>(file), {}};
  }
  void put(const std::string& content) const {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << content;
  }
  // Reads to the end; the error's text, or the ids.
  Result<std::vector<std::string>> read() const {
    auto reader = ExportReader::open(path_);
    if (!reader) return reader.error();
    std::vector<std::string> ids;
    for (;;) {
      auto batch = (*reader)->next();
      if (!batch) return batch.error();
      for (const Kept& found : batch->documents) ids.push_back(batch->collection + " " + found.id);
      EXPECT_LE(batch->documents.size(), ExportReader::max_batch_documents);
      if (batch->end) return ids;
    }
  }

  std::string folder_, path_;
};

TEST_F(ExportFile, ComesBackAsItWasWritten) {
  const auto sums = write();
  auto reader = ExportReader::open(path_).value();
  EXPECT_EQ(reader->header().id, "abc");
  EXPECT_EQ(reader->header().made_at, header().made_at);
  EXPECT_EQ(reader->header().about, header().about);
  std::vector<Kept> users;
  for (;;) {
    auto batch = reader->next().value();
    if (batch.collection == "users")
      std::move(batch.documents.begin(), batch.documents.end(), std::back_inserter(users));
    if (batch.end) break;
  }
  ASSERT_EQ(users.size(), 2U);
  EXPECT_EQ(*users[0].body, *kept("a", R"({"name":"Åsa \"x\" \n","n":[1,2.5,null]})").body);
  EXPECT_FALSE(users[1].body);
  EXPECT_EQ(users[1].messages.at(0).sequence, 3);
  EXPECT_EQ(reader->collections(), sums);
  EXPECT_EQ(sums.at(2).documents, 500);
  EXPECT_EQ(read().value().size(), 502U);
}

TEST_F(ExportFile, IsForItsOwnerAndNeverInPlaceOfAnother) {
  write();
  struct stat status {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_FALSE(std::filesystem::exists(path_ + ".new"));
  const std::string before = text();
  EXPECT_FALSE(ExportWriter::create(path_, header()));
  EXPECT_EQ(text(), before);
}

TEST_F(ExportFile, ThatIsNotFinishedIsNotThere) {
  { ExportWriter::create(path_, header()).value()->begin("user", "users"); }
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
  put("kept");
  std::filesystem::remove(path_);
  auto writer = ExportWriter::create(path_, header()).value();
  put("somebody else's");
  EXPECT_FALSE(writer->finish());
  EXPECT_EQ(text(), "somebody else's");
}

TEST_F(ExportFile, EveryByteCounts) {
  write();
  const std::string whole = text();
  const std::size_t step = 7;  // not each of the 500 alike
  for (std::size_t at = 0; at < whole.size(); at += at < 1'000 ? 1 : step) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x01);
    put(damaged);
    ASSERT_FALSE(read()) << at << ": " << damaged.substr(at < 20 ? 0 : at - 20, 40);
  }
}

TEST_F(ExportFile, EveryLineCounts) {
  write();
  const std::string whole = text();
  for (std::size_t at = whole.find('\n'); at != std::string::npos; at = whole.find('\n', at + 1)) {
    if (at + 1 == whole.size()) break;
    put(whole.substr(0, at + 1));
    ASSERT_FALSE(read()) << at;
    const std::size_t end = whole.find('\n', at + 1);
    put(whole.substr(0, at + 1) + whole.substr(end + 1));
    ASSERT_FALSE(read()) << at;
  }
  put(whole + "{}\n");
  EXPECT_FALSE(read());
  put("");
  EXPECT_FALSE(read());
}

TEST_F(ExportFile, AnotherVersionIsNamed) {
  write();
  std::string other = text();
  other.replace(other.find("\"version\":1"), 11, "\"version\":2");
  put(other);
  const auto refused = read();
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("version 2"), std::string::npos);
  put("{\"some\":\"json\"}\n");
  EXPECT_NE(read().error().message.find("no export"), std::string::npos);
}

}  // namespace
}  // namespace thenorsound::store
