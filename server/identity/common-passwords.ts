/** Passwords that guessing tries first; compared without case. A portal may refuse more by its own rules. */
export const COMMON_PASSWORDS: ReadonlySet<string> = new Set(
  `12345678 123456789 1234567890 0123456789 87654321 987654321 11111111 00000000 88888888 12341234 123123123 11223344 112233445566
  password password1 password12 password123 passw0rd p@ssw0rd p@ssword qwertyuiop qwerty123 qwerty12 1q2w3e4r 1q2w3e4r5t 1qaz2wsx
  qazwsxedc asdfghjkl zxcvbnm1 zaq12wsx abcd1234 abc12345 abcdefgh abcdefg1 a1234567 a12345678 a123456789 aa123456 aa12345678 iloveyou
  iloveyou1 sunshine princess football baseball superman trustno1 welcome1 welcome123 letmein1 admin123 administrator admin1234 adminadmin
  changeme changeme1 default1 teacher1 teacher123 school123 taiwan123 taipei101 5201314520 woaini1314 5201314aa q1w2e3r4 qwer1234 asdf1234
  1234qwer 1234asdf test1234 testtest user1234 guest1234 master123 monkey123 dragon123 michael1 jennifer whatever computer internet
  starwars pokemon1 hello123 freedom1 shadow12 charlie1 batman123 secret12 secret123 temp1234 temppass 99999999 66666666 55555555 12121212
  13131313 10101010 20202020 31415926 19871987 19881988 19901990 g_czechout ji32k7au4a83 ji394su3 au4a83 1qazxsw2 zxc12345 asd12345 qwe12345
  a1b2c3d4 aaaaaaaa abc123456 asdasd123 qweasdzxc inservice inservice1 inservice123`
    .split(/\s+/)
    .filter(Boolean),
);
