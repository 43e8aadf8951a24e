#include "base/keyring.hpp"

#include <gtest/gtest.h>

#include "base/crypto.hpp"

namespace thenorsound {
namespace {

std::string from_hex(std::string_view hex) {
  std::string out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    out += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  return out;
}

std::string key_of(char fill) { return std::string(32, fill); }

Keyring ring(std::vector<Keyring::Key> keys, std::string current) {
  return Keyring::make(std::move(keys), std::move(current), key_of('h')).value();
}

TEST(Gcm, OpensTheTestVectorOfNist) {
  // The GCM specification's test case 16 (McGrew, Viega), as used by NIST.
  const std::string key =
      from_hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
  const std::string plain = from_hex(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6"
      "b525b16aedf5aa0de657ba637b39");
  const std::string sealed = from_hex(
      "cafebabefacedbaddecaf888"
      "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b105682"
      "8"
      "838c5f61e6393ba7a0abcc9f662"
      "76fc6ece0f4e1768cddf8853bb2d551b");
  const std::string additional = from_hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  EXPECT_EQ(aes_256_gcm_open(key, sealed, additional), plain);
}

TEST(Gcm, SealsAnewEachTimeAndOpensToTheSame) {
  for (const std::string& plain : {std::string(), std::string("850709-9805"),
                                   std::string("\0\xff", 2), std::string(100'000, 'x')}) {
    const std::string one = aes_256_gcm_seal(key_of('k'), plain, "mine");
    const std::string two = aes_256_gcm_seal(key_of('k'), plain, "mine");
    EXPECT_NE(one.substr(0, 12), two.substr(0, 12)) << "a nonce twice";
    EXPECT_EQ(one.size(), plain.size() + 28);
    EXPECT_EQ(aes_256_gcm_open(key_of('k'), one, "mine"), plain);
  }
}

TEST(Gcm, RefusesWhatIsNotWhole) {
  const std::string sealed = aes_256_gcm_seal(key_of('k'), "850709-9805", "mine");
  EXPECT_FALSE(aes_256_gcm_open(key_of('l'), sealed, "mine"));
  EXPECT_FALSE(aes_256_gcm_open(key_of('k'), sealed, "yours"));
  EXPECT_FALSE(aes_256_gcm_open(key_of('k'), sealed.substr(0, 27), "mine"));
  EXPECT_FALSE(aes_256_gcm_open(key_of('k'), "", "mine"));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string bent = sealed;
    bent[i] = static_cast<char>(bent[i] ^ 1);
    EXPECT_FALSE(aes_256_gcm_open(key_of('k'), bent, "mine")) << "byte " << i;
  }
}

TEST(AKeyring, SealsWithTheCurrentKeyAndOpensWithEach) {
  const Keyring before = ring({{"a", key_of('a')}}, "a");
  const Keyring during = ring({{"a", key_of('a')}, {"b", key_of('b')}}, "b");
  const Keyring after = ring({{"b", key_of('b')}}, "b");
  const Sealed old = before.seal("secret", "here");
  const Sealed fresh = during.seal("secret", "here");
  EXPECT_EQ(old.key, "a");
  EXPECT_EQ(fresh.key, "b");
  EXPECT_EQ(during.open(old, "here").value(), "secret");
  EXPECT_EQ(during.open(fresh, "here").value(), "secret");
  EXPECT_EQ(after.open(fresh, "here").value(), "secret");
  EXPECT_EQ(after.open(old, "here").error().reason, "no-key");
}

TEST(AKeyring, NeverOpensToSomethingElse) {
  const Keyring mine = ring({{"a", key_of('a')}}, "a");
  const Sealed sealed = mine.seal("secret", "here");
  EXPECT_EQ(mine.open(sealed, "there").error().reason, "not-opened");
  EXPECT_EQ(mine.open(Sealed{"a", "not base64!"}, "here").error().reason, "not-opened");
  EXPECT_EQ(mine.open(Sealed{"a", ""}, "here").error().reason, "not-opened");
  const Keyring other = ring({{"a", key_of('x')}}, "a");
  EXPECT_EQ(other.open(sealed, "here").error().reason, "not-opened");
}

TEST(AKeyring, HashesByAKeyOfItsOwn) {
  const Keyring one = ring({{"a", key_of('a')}}, "a");
  const Keyring rotated = ring({{"a", key_of('a')}, {"b", key_of('b')}}, "b");
  const Keyring other = Keyring::make({{"a", key_of('a')}}, "a", key_of('i')).value();
  EXPECT_EQ(one.keyed_hash("850709-9805"), rotated.keyed_hash("850709-9805"));
  EXPECT_NE(one.keyed_hash("850709-9805"), one.keyed_hash("850709-9806"));
  EXPECT_NE(one.keyed_hash("850709-9805"), other.keyed_hash("850709-9805"));
}

TEST(AKeyring, RefusesKeysThatMakeNoSense) {
  const auto refused = [](std::vector<Keyring::Key> keys, std::string current, std::string hash) {
    const auto made = Keyring::make(std::move(keys), std::move(current), std::move(hash));
    if (made) return std::string("taken");
    EXPECT_EQ(made.error().message.find(key_of('a')), std::string::npos) << "shows a key";
    return made.error().message;
  };
  const std::string good = key_of('a');
  EXPECT_NE(refused({}, "", good), "taken");
  EXPECT_NE(refused({{"a", good}}, "b", good), "taken");
  EXPECT_NE(refused({{"a", good}, {"a", good}}, "a", good), "taken");
  EXPECT_NE(refused({{"a", good + "x"}}, "a", good), "taken");
  EXPECT_NE(refused({{"a", good.substr(1)}}, "a", good), "taken");
  EXPECT_NE(refused({{"A b", good}}, "A b", good), "taken");
  EXPECT_NE(refused({{"a", good}}, "a", "short"), "taken");
  EXPECT_EQ(refused({{"a", good}}, "a", good), "taken");
}

}  // namespace
}  // namespace thenorsound
