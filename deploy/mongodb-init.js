// Run once by the image of MongoDB, on an empty volume: the program's own user, who may read and
// write its databases (of both layouts) and nothing else.
const names = ['', '-auth', '-users', '-customers', '-events', '-crew', '-bookings', '-notification', '-analytics',
  '-invoicing'];
db.getSiblingDB('admin').createUser({
  user: 'thenorsound',
  pwd: process.env.THENORSOUND_PASSWORD,
  roles: names.map((name) => ({ role: 'readWrite', db: `thenorsound${name}` })),
});
