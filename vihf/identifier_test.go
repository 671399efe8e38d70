package vihf

import (
	"testing"
	"time"
)

func TestPersonIDs(t *testing.T) {
	for id, ok := range map[string]bool{
		"899900000118": true, "0750000001": true, "0AB0000001": true, "3750100125/1453": true, "30B0000011/0001": true, "1750000001/x-1": true,
		"": false, "8": false, "89990000011": false, "8999000001180": false, "8999000001x8": false, "899900000118/1": false, "3750100125": false, "3750100125/": false,
		"2750100125/1": false, "9": false, "dr.moreau": false, "3750100125/14 53": false, "8٩٩٩٠٠٠٠٠١١": false,
	} {
		if isPersonID(id) != ok {
			t.Errorf("%q: %v", id, !ok)
		}
	}
}

func TestStructureIDs(t *testing.T) {
	for id, ok := range map[string]bool{
		"10B0000011": true, "1750100125": true, "2339172288": true, "339172288100052": true, "499900063480001": true, "0750000001": true, "T-1.2/3": true,
		"": false, "1": false, "10B000001": false, "1234": false, "33917228810005": false, "33917228810005X": false, "x y": false, "é1": false,
	} {
		if isStructureID(id) != ok {
			t.Errorf("%q: %v", id, !ok)
		}
	}
}

func TestINSKeys(t *testing.T) {
	for ins, ok := range map[string]bool{
		"279035121518989": true, "207058575627097": true, "1850578006048" + "11": false, "279035121518988": false, "27903512151898": false,
		"2790351215189 9": false, "": false, "2A9035121518989": false,
	} {
		if isINS(ins) != ok {
			t.Errorf("%q: %v", ins, !ok)
		}
	}
	// Corsica: 2A counts as 19, 2B as 18, and so both keys are those of the number so written.
	for written, counted := range map[string]string{"185052A004036": "1850519004036", "185052B004036": "1850518004036"} {
		for key := 1; key <= 97; key++ {
			two := string([]byte{byte('0' + key/10), byte('0' + key%10)})
			if isINS(written+two) != isINS(counted+two) {
				t.Errorf("%s and %s do not have the same key", written, counted)
			}
		}
	}
}

func TestPatients(t *testing.T) {
	for cx, want := range map[string]Patient{
		"1^^^&1.2.3&ISO":                  {ID: "1", Authority: "1.2.3"},
		"1^^^&1.2.3&ISO^NH":               {ID: "1", Authority: "1.2.3", Type: "NH"},
		"1^^^name&1.2.3&ISO^NH^^20100907": {ID: "1", Authority: "1.2.3", Type: "NH"},
	} {
		if got, ok := parsePatient(cx); !ok || got != want {
			t.Errorf("%q: %+v, %v", cx, got, ok)
		}
	}
	for _, cx := range []string{"", "1", "^^^&1.2.3&ISO", "1^2^3^&1.2.3&ISO", "1^^^1.2.3", "1^^^&1.2.3&DNS", "1^^^&1..3&ISO", "1^^^&01.2&ISO", "1^^^&12&ISO", "1^^^&1.2.&ISO", "1 2^^^&1.2.3&ISO", "1~2^^^&1.2.3&ISO"} {
		if got, ok := parsePatient(cx); ok {
			t.Errorf("%q: %+v", cx, got)
		}
	}
}

func TestInstants(t *testing.T) {
	for s, ok := range map[string]bool{
		"2026-11-22T09:00:00Z": true, "2026-11-22T09:00:00.1Z": true, "2026-11-22T09:00:00.123456789Z": true, "0001-01-01T00:00:00Z": true,
		"": false, "2026-11-22T09:00:00": false, "2026-11-22T09:00:00.Z": false, "2026-11-22T09:00:00,1Z": false, "2026-11-22T09:00:00.1234567890Z": false,
		"2026-11-22T09:00:60Z": false, "2026-11-22T24:00:00Z": false, "2026-11-22T09:00:00+01:00": false, "2026-11-22T09:00:00+14:01": false, "2026-11-22T09:00:00z": false,
		"2026-02-30T09:00:00Z": false, "2026-11-22 09:00:00Z": false, " 2026-11-22T09:00:00Z": false, "-2026-11-22T09:00:00Z": false, "12026-11-22T09:00:00Z": false, "2026-11-22T9:00:00Z": false,
	} {
		if _, got := parseInstant(s); got != ok {
			t.Errorf("%q: %v", s, got)
		}
	}
	at := time.Date(2026, 11, 22, 10, 0, 0, 123e6, time.FixedZone("", 3600))
	if back, ok := parseInstant(formatInstant(at)); !ok || !back.Equal(at) {
		t.Errorf("%s came back as %s", at, back)
	}
}

// TestShippedTables: what comes with the program is whole.
func TestShippedTables(t *testing.T) {
	sets, err := ShippedValueSets()
	if err != nil {
		t.Fatal(err)
	}
	if roles, sectors := len(*sets.roles.value.Load()), len(*sets.sectors.value.Load()); roles != 433 || sectors != 68 {
		t.Errorf("%d roles and %d sectors", roles, sectors)
	}
	for _, r := range []Role{{Code: "10", System: professionSystem}, {Code: "10", System: trainingSystem}, {Code: "SNR", System: nonPSSystem}, {Code: "99", System: byRoleSystem}} {
		if e, ok := sets.role(r.Code, r.System); !ok || e.kind != kindProfession {
			t.Errorf("%+v is %v, %v", r, e, ok)
		}
	}
	if _, ok := sets.role("SM26", professionSystem); ok {
		t.Error("a code is found in a system that is not its own")
	}
	if e, ok := sets.role("313", careRoleSystem); !ok || e.kind != kindSpeciality || e.display != "Aide-soignant" {
		t.Errorf("%v, %v", e, ok)
	}
	if changed, err := sets.Reload(); changed || err != nil {
		t.Errorf("Reload of what is in the program: %v, %v", changed, err)
	}
}
