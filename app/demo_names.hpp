// The words that demo data is made of.
#pragma once
#include <array>
#include <string_view>

namespace thenorsound::app {

inline constexpr std::array<std::string_view, 40> first_names = {
    "Alva", "Astrid", "Axel",   "Björn",  "Carl",  "Cecilia", "Daniel",   "Ebba",
    "Elin", "Emil",   "Erik",   "Fatima", "Filip", "Frida",   "Gustav",   "Hanna",
    "Hugo", "Ida",    "Ingrid", "Isak",   "Jakob", "Johan",   "Kajsa",    "Karin",
    "Lars", "Leila",  "Linnea", "Lova",   "Maja",  "Malte",   "Mohammed", "Nils",
    "Noor", "Olle",   "Oskar",  "Saga",   "Sara",  "Tuva",    "Viktor",   "Wilma"};
inline constexpr std::array<std::string_view, 32> last_names = {
    "Andersson", "Berg",       "Bergström", "Björk",     "Blom",       "Carlsson", "Dahl",
    "Ek",        "Eklund",     "Engström",  "Forsberg",  "Gustafsson", "Hansson",  "Holm",
    "Håkansson", "Isaksson",   "Jansson",   "Johansson", "Karlsson",   "Lind",     "Lindgren",
    "Lundqvist", "Mattsson",   "Nilsson",   "Nyström",   "Olsson",     "Persson",  "Sandberg",
    "Sjöberg",   "Söderström", "Wallin",    "Åkesson"};
inline constexpr std::array<std::string_view, 12> cities = {
    "Stockholm", "Göteborg", "Malmö",    "Uppsala", "Örebro",     "Norrköping",
    "Umeå",      "Visby",    "Karlstad", "Gävle",   "Sölvesborg", "Sundsvall"};
inline constexpr std::array<std::string_view, 20> event_names = {
    "Sommarrock",  "Visfestivalen",      "Midsommarkonserten", "Skärgårdsjazz", "Kust & Klang",
    "Nattljus",    "Folkmusikdagarna",   "Hamnscenen",         "Parkteatern",   "Techkonferensen",
    "Bluesnatten", "Körkalaset",         "Slottsspelen",       "Metallhimlen",  "Stadsfesten",
    "Popdagarna",  "Operan i det gröna", "Branschdagen",       "Indieveckan",   "Augustifesten"};

}  // namespace thenorsound::app
