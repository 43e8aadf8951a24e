#include "store/sqlite/document_cache.hpp"

#include <gtest/gtest.h>

namespace thenorsound::store::sqlite {
namespace {

DocumentPtr document(const std::string& id, Revision revision) {
  auto made = std::make_shared<Document>();
  made->id = id;
  made->revision = revision;
  return made;
}

TEST(DocumentCache, HoldsWhatWasCommitted) {
  DocumentCache cache(1U << 20);
  EXPECT_FALSE(cache.find(1, "a"));
  cache.replace(1, "a", document("a", 1), 100);
  cache.replace(1, "a", document("a", 2), 100);
  ASSERT_TRUE(cache.find(1, "a"));
  EXPECT_EQ(cache.find(1, "a")->revision, 2);
  EXPECT_FALSE(cache.find(2, "a"));
  cache.replace(1, "a", nullptr, 0);
  EXPECT_FALSE(cache.find(1, "a"));
}

TEST(DocumentCache, KeepsWhatWasReadWithoutACommitInBetween) {
  DocumentCache cache(1U << 20);
  cache.keep(cache.moment(), 1, document("a", 1), 100);
  ASSERT_TRUE(cache.find(1, "a"));
}

TEST(DocumentCache, NeverKeepsAReadThatACommitOvertook) {
  DocumentCache cache(1U << 20);
  const auto before = cache.moment();
  cache.replace(1, "a", document("a", 2), 100);
  cache.keep(before, 1, document("a", 1), 100);
  EXPECT_EQ(cache.find(1, "a")->revision, 2);
  const auto before_erase = cache.moment();
  cache.replace(1, "a", nullptr, 0);
  cache.keep(before_erase, 1, document("a", 2), 100);
  EXPECT_FALSE(cache.find(1, "a"));
}

TEST(DocumentCache, DropsTheLeastRecentlyUsed) {
  // Room for one document of this size per shard, more or less.
  DocumentCache cache(DocumentCache::shard_count * 10'000);
  for (int i = 0; i < 1'000; ++i) {
    const std::string id = "id" + std::to_string(i);
    cache.replace(1, id, document(id, 1), 1'000);
    EXPECT_TRUE(cache.find(1, "id" + std::to_string(i)));
  }
  int held = 0;
  for (int i = 0; i < 1'000; ++i) held += cache.find(1, "id" + std::to_string(i)) ? 1 : 0;
  EXPECT_LE(held, static_cast<int>(2 * DocumentCache::shard_count));
  EXPECT_GT(held, 0);
}

TEST(DocumentCache, UseKeepsADocument) {
  DocumentCache cache(DocumentCache::shard_count * 20'000);
  cache.replace(1, "often", document("often", 1), 1'000);
  for (int i = 0; i < 500; ++i) {
    const std::string id = "id" + std::to_string(i);
    cache.replace(1, id, document(id, 1), 1'000);
    ASSERT_TRUE(cache.find(1, "often"));
  }
}

TEST(DocumentCache, TooBigToHoldReplacesTheOldOneAllTheSame) {
  DocumentCache cache(DocumentCache::shard_count * 10'000);
  cache.replace(1, "a", document("a", 1), 100);
  cache.replace(1, "a", document("a", 2), 1'000'000);
  EXPECT_FALSE(cache.find(1, "a"));
}

TEST(DocumentCache, ReadersAndCommitsRaceWithoutAnOldDocumentStaying) {
  DocumentCache cache(1U << 20);
  std::atomic<Revision> file{0};  // what a reader would find
  std::atomic<bool> stop{false};
  std::thread reader([&] {
    while (!stop) {
      const auto moment = cache.moment();
      cache.keep(moment, 1, document("a", file.load()), 10);
    }
  });
  for (Revision revision = 1; revision <= 20'000; ++revision) {
    file = revision;
    cache.replace(1, "a", document("a", revision), 10);
    const DocumentPtr held = cache.find(1, "a");
    ASSERT_TRUE(held);
    ASSERT_EQ(held->revision, revision);
  }
  stop = true;
  reader.join();
}

}  // namespace
}  // namespace thenorsound::store::sqlite
